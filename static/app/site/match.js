// Finds what was typed in a suggestion.

/**
 * Splits text around the first word that begins with query, whatever the case
 * and the accents.
 * @param {string} text @param {string} query
 * @returns {[string, string, string]} before, hit, after
 */
export function split(text, query) {
	const want = fold(query.trim());
	const folded = fold(text);
	// Folding must keep places, or the hit would be cut wrongly.
	if (!want || folded.length !== text.length) return [text, '', ''];
	for (let from = folded.indexOf(want); from >= 0; from = folded.indexOf(want, from + 1)) {
		if (from === 0 || !/[\p{L}\p{N}]/u.test(text[from - 1])) {
			return [text.slice(0, from), text.slice(from, from + want.length), text.slice(from + want.length)];
		}
	}
	return [text, '', ''];
}

/** @param {string} s */
const fold = (s) => s.normalize('NFC').toLowerCase().replace(/[\u00e0-\u00ff]/g, (c) => c.normalize('NFD')[0]);
