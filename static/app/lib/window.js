// The arithmetic of a list of which only the visible rows are drawn. No DOM.

/** Which rows are drawn, and how high what is left out stands. */
export class ListWindow {
	/** @param {number} guess height of a row that was never drawn */
	constructor(guess = 64) {
		this.guess = guess;
		/** @type {string[]} */
		this.keys = [];
		/** @type {Map<string, number>} */
		this.heights = new Map();
		/** Where each row begins; one more for the end. @type {number[]} */
		this.offsets = [0];
		this.dirty = 0;
	}

	/** Takes a copy of the keys in their order. @param {string[]} keys */
	setKeys(keys) {
		let same = 0;
		const least = Math.min(keys.length, this.keys.length);
		while (same < least && keys[same] === this.keys[same]) same++;
		this.keys = keys.slice();
		this.dirty = Math.min(this.dirty, same);
	}

	/** Notes a measured height. Returns whether it changed anything. @param {string} key @param {number} height */
	measure(key, height) {
		if (this.heights.get(key) === height) return false;
		this.heights.set(key, height);
		const i = this.keys.indexOf(key);
		if (i >= 0) this.dirty = Math.min(this.dirty, i);
		return true;
	}

	/** Forgets all heights: the width has changed. */
	clear() {
		this.heights.clear();
		this.dirty = 0;
	}

	layout() {
		const { keys, offsets } = this;
		if (this.dirty > keys.length && offsets.length === keys.length + 1) return;
		for (let i = this.dirty; i < keys.length; i++) offsets[i + 1] = offsets[i] + (this.heights.get(keys[i]) ?? this.guess);
		offsets.length = keys.length + 1;
		this.dirty = keys.length + 1;
	}

	get total() {
		this.layout();
		return this.offsets[this.keys.length];
	}

	/** The row at a height. @param {number} y */
	at(y) {
		this.layout();
		let low = 0;
		let high = this.keys.length;
		while (low < high) {
			const mid = (low + high) >> 1;
			if (this.offsets[mid + 1] <= y) low = mid + 1;
			else high = mid;
		}
		return low;
	}

	/**
	 * The rows to draw, from (included) to (not included), and the space before
	 * and after them.
	 * @param {number} top @param {number} height @param {number} [over] pixels drawn beyond the edges
	 */
	range(top, height, over = 400) {
		this.layout();
		const from = Math.max(0, this.at(Math.max(0, top - over)));
		const to = Math.min(this.keys.length, this.at(top + height + over) + 1);
		return { from, to, before: this.offsets[from] ?? 0, after: this.total - (this.offsets[to] ?? 0) };
	}

	/** The row at the top edge and how far it is scrolled out. @param {number} top */
	anchor(top) {
		if (!this.keys.length) return null;
		const i = Math.min(this.at(top), this.keys.length - 1);
		return { key: this.keys[i], index: i, by: top - this.offsets[i] };
	}

	/** Where to scroll so that an anchor stands where it stood. @param {{key: string, index: number, by: number}|null} anchor */
	topOf(anchor) {
		if (!anchor) return 0;
		this.layout();
		const i = this.keys.indexOf(anchor.key);
		return (this.offsets[i >= 0 ? i : Math.min(anchor.index, this.keys.length)] ?? 0) + anchor.by;
	}
}
