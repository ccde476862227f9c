// Entry of the key window's page.
// Before any section's stylesheet: of two rules that weigh the same the later one counts.
import './controls/cards.css';
import './controls/key-comment.css';
import './controls/toolbar.css';

import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { followMainProcess } from './follow-main-process.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
followMainProcess();
const pageRoot = createRoot(root, {
  // React takes everything off the page then; an empty window would look like an agent without keys.
  onUncaughtError: () => {
    root.textContent = 'This window has failed. Your keys are where they were. Close it and open it again.';
  },
});
pageRoot.render(<App />);
