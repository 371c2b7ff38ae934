import { createServer } from "node:http";
import { Redis } from "ioredis";
import { jwtVerify } from "jose";
import { Server } from "socket.io";

/** A bare Socket.IO server: checks the token, lets a user into their room, passes on what a channel says. */
const secret = new TextEncoder().encode(process.env.JWT_SECRET);
const http = createServer((req, res) => {
  res.writeHead(req.url === "/readyz" ? 200 : 404).end();
});
const io = new Server(http);
io.use((socket, next) => {
  jwtVerify(String(socket.handshake.auth.token), secret, { algorithms: ["HS256"] }).then(
    async ({ payload }) => {
      await socket.join(`user:${payload.sub}`);
      next();
    },
    () => next(new Error("unauthenticated")),
  );
});
const subscriber = new Redis(process.env.REDIS_URL ?? "", { replyMapping: "legacy" as const });
subscriber.on("message", (_channel: string, text: string) => {
  const { userId, job } = JSON.parse(text) as { userId: string; job: object };
  io.to(`user:${userId}`).emit("job", job);
});
await subscriber.subscribe("bench-peer-push");
http.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
