// Icons by name: lucide's shapes with the stroke of the design, 1.75 px at 20.
import { h } from './index.js';
import { shapes } from './icon-shapes.js';

/** Drawn here, because no set has them. @type {Record<string, [string, Record<string, string>][]>} */
const own = {
	now: [['path', { d: 'M3.500 10v4M8 6.500v11M12.500 9v6M17 5v14M20.800 10v4' }]],
	dot: [['circle', { cx: '12', cy: '12', r: '5', fill: 'currentColor', stroke: 'none' }]],
};

/**
 * One icon. It is hidden from screen readers: the word beside it, or the
 * button's label, speaks.
 * @param {{name: string, size?: number, class?: string}} props
 */
export function Icon({ name, size = 20, class: className = '' }) {
	const shape = own[name] ?? shapes[name];
	if (!shape) console.warn(`no icon ${name}`);
	return h('svg', {
		class: `icon ${className}`, width: size, height: size, viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor',
		'stroke-width': strokeWidth(size), 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true', focusable: 'false',
	}, ...(shape ?? []).map(([tag, attrs]) => h(/** @type {any} */ (tag), attrs)));
}

/** Small icons get a heavier line, so that they read like the words beside them. @param {number} size */
function strokeWidth(size) {
	if (size <= 12) return 2.5;
	if (size <= 16) return 2.2;
	return 2.1;
}
