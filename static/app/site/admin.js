import { h } from '../lib/index.js';
import { SinglePage } from '../lib/ui.js';

export default function Page() {
	return h(SinglePage, { art: 'greenroom' });
}
