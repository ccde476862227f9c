// Entry of the key window's page.
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { followMainProcess } from './store/follow-main-process.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
followMainProcess();
createRoot(root).render(<App />);
