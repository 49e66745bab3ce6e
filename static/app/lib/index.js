// The only module through which Preact, htm and signals enter. Elements are
// written with html``, components are called with h(Component, props), which
// the type checker reads.
import { h, render, Fragment, Component, createContext, createRef, options } from 'preact';
import { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { signal, computed, effect, batch, untracked, useSignal, useComputed, useSignalEffect } from '@preact/signals';
import htm from 'htm';

/** @typedef {import('preact').ComponentChildren} Children */
/** @typedef {import('preact').VNode<any>} VNode */
/**
 * @template [P={}]
 * @typedef {import('preact').FunctionComponent<P>} FC
 */
/**
 * @template T
 * @typedef {import('@preact/signals').Signal<T>} Signal
 */

const html = /** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */ (htm.bind(/** @type {any} */ (h)));

let ids = 0;

/**
 * An id for this component, the same as long as it lives. Preact's own counts
 * anew in each root, so a dialog that is drawn beside the page would share its
 * ids, and its labels would name other things.
 */
function useId() {
	return useState(() => `id${++ids}`)[0];
}

export {
	h, html, render, Fragment, Component, createContext, createRef, options,
	useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState,
	signal, computed, effect, batch, untracked, useSignal, useComputed, useSignalEffect,
};
