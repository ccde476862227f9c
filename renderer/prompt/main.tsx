// Entry of the prompt page: one question, one answer, then the window is destroyed.
import { createRoot } from 'react-dom/client';
import { createPromptFeed } from './prompt-feed.ts';
import { PromptPage } from './prompt-page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(<PromptPage bridge={window.sallyport} feed={createPromptFeed(window.sallyport)} />);
