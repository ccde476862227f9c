// Entry of the prompt page: one question, one answer, then the window is destroyed.
import { createRoot } from 'react-dom/client';
import { createPromptFeed } from './prompt-feed.ts';
import { PromptPage } from './prompt-page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
const pageRoot = createRoot(root, {
  // React takes everything off the page then; an empty window would leave the person guessing.
  onUncaughtError: () => {
    root.textContent =
      'This window has failed. Nothing was allowed. Close it, and have the program try again.';
  },
});
pageRoot.render(<PromptPage bridge={window.sallyport} feed={createPromptFeed(window.sallyport)} />);
