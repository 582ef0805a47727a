// Bundles the explorer with everything it needs, workers included, so that /graphiql works without internet.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/graphiql/',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: fileURLToPath(new URL('../../dist/graphiql', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 8_000,
    // A directive of React's server components, of no meaning in a page.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
});
