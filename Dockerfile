# One build, four images: --target api, worker, realtime, migrate. They run as an ordinary user and hold no build tools.
FROM node:20.20-bookworm-slim AS build
WORKDIR /deskpulse
COPY . .
# installs (pinned pnpm, frozen lockfile), then bundles
RUN node scripts/build.mjs
# what bundles leave out (native modules, the board's files), production dependencies only
RUN for app in api worker realtime; do \
      npx --yes pnpm@10.34.9 --config.inject-workspace-packages=true --filter "@deskpulse/$app" deploy --prod "/out/$app" \
      && rm -rf "/out/$app/src" "/out/$app/test" "/out/$app/dist" "/out/$app/node_modules/@deskpulse" \
      && cp -r "apps/$app/dist" "/out/$app/dist" || exit 1; \
    done

FROM node:20.20-bookworm-slim AS runtime
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /deskpulse
USER node
STOPSIGNAL SIGTERM

FROM runtime AS migrate
COPY --from=build /deskpulse/packages/db/dist ./dist
CMD ["node", "dist/migrate-main.js"]

FROM runtime AS api
COPY --from=build /out/api ./
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=5 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=32", "dist/main.js"]

FROM runtime AS worker
COPY --from=build /out/worker ./
EXPOSE 3002
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=5 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3002/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=32", "dist/main.js"]

FROM runtime AS realtime
COPY --from=build /out/realtime ./
EXPOSE 3001
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=5 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3001/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=32", "dist/main.js"]
