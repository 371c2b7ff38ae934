import { foreignKey, index, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";
import { labels } from "./labels.ts";

export const conversationLabels = pgTable(
  "conversation_labels",
  { tenantId: tenantId(), conversationId: rowRef("conversation_id").notNull(), labelId: rowRef("label_id").notNull() },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.conversationId, table.labelId] }),
    index("conversation_labels_label").on(table.tenantId, table.labelId),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
    foreignKey({ columns: [table.tenantId, table.labelId], foreignColumns: [labels.tenantId, labels.id] }),
  ],
);
