import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The policy of the real window forbids inline code and remote anything: hence no inlined assets and no preload polyfill.
export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: { $lib: at('./src/lib'), $app: at('./src/app'), $features: at('./src/features'), $dev: at('./dev') },
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    // In a browser the pages talk to the development server of `cargo xtask serve`.
    proxy: Object.fromEntries(['/call', '/cancel', '/events', '/doc'].map((path) => [path, 'http://127.0.0.1:5174'])),
  },
  preview: { host: '127.0.0.1' },
  build: {
    target: 'safari17.5',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // Whoever takes one part from the list of parts loads that part, not all of them.
      treeshake: { moduleSideEffects: [{ test: /\/lib\/components\/index\.ts$/, sideEffects: false }] },
      // The first screen is one file, not twenty small ones, each asked for and read by itself.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'intake/**/*.test.ts'],
    setupFiles: ['./dev/test-setup.ts'],
    testTimeout: 20_000,
  },
});
