// Lists of domains as people type them.

/**
 * One domain a line, or with commas or spaces between; "@" and case don't
 * matter, and nothing is there twice.
 * @param {string} text
 * @returns {string[]}
 */
export function domains(text) {
	const all = text.split(/[\s,;]+/).map((d) => d.trim().replace(/^.*@/, '').replace(/^\*?\./, '').toLowerCase()).filter(Boolean);
	return [...new Set(all)];
}
