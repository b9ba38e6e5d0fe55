import { createRoot } from 'react-dom/client';
import { App } from './app';
import { connect } from './live/store';
import './tokens.css';
import './page.css';
import './slack/slack.css';
import './machine/machine.css';
import './estate/estate.css';
import './evidence/evidence.css';
import './tour/tour.css';

connect();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
