import { Component } from './index.js';

/**
 * A component that is drawn again only when one of its props is another
 * object or value.
 * @template P @param {(props: P) => any} draw
 * @returns {import('./index.js').FC<P>}
 */
export function memo(draw) {
	class Memo extends Component {
		/** @param {any} next */
		shouldComponentUpdate(next) {
			const now = /** @type {any} */ (this.props);
			for (const k in next) if (next[k] !== now[k]) return true;
			for (const k in now) if (!(k in next)) return true;
			return false;
		}

		/** @param {any} props */
		render(props) {
			return draw(props);
		}
	}
	return /** @type {any} */ (Memo);
}
