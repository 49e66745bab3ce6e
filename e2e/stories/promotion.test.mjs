// Four people on two nodes: somebody is made a moderator while typing, and a
// viewer again, in two tabs, without a reload.
import assert from 'node:assert/strict';
import test from 'node:test';
import { actOn, doors, follow, invite, manager, medium, person, shot, tab, tabs, world } from '../world.mjs';

test('a promotion changes both tabs in place, and a demotion leaves nothing', async () => {
	const jonas = await manager();
	const { id } = await medium(jonas);
	await doors(jonas, id, { do: 'open' });
	await jonas.page.goto(`${world.a}/r/${id}`);

	const priya = await person();
	await follow(priya.page, await invite(jonas, id, 'priya@marlow.example', 'moderator', 'Priya', 'Raman'), 'priya@marlow.example', world.b);
	const maya = await person();
	await follow(maya.page, await invite(jonas, id, 'maya@marlow.example', 'speaker', 'Maya', 'Okonkwo'), 'maya@marlow.example');
	const hannah = await person();
	await hannah.context.addInitScript(() => { if (location.protocol === 'http:') localStorage.setItem('greenroom-debug', '1'); });
	await follow(hannah.page, await invite(jonas, id, 'hannah@marlow.example', 'viewer', 'Hannah', 'Weiss'), 'hannah@marlow.example');
	const second = await hannah.context.newPage();
	await second.goto(`${world.b}/r/${id}`);
	await tab(second, 'Chat').waitFor();
	const both = [hannah.page, second];

	await tab(maya.page, 'Backchannel').click();
	await maya.page.getByRole('tabpanel', { name: /Backchannel/ }).getByRole('textbox').fill('canary-before');
	await maya.page.keyboard.press('Enter');

	// She types half a message in each tab. A reload would lose these marks.
	for (const [i, page] of both.entries()) {
		await page.bringToFront();
		await page.getByRole('textbox', { name: 'Message everyone' }).fill(`half a mess ${i}`);
		await page.evaluate(() => { /** @type {any} */ (window).sameDocument = true; });
	}
	for (const page of both) assert.deepEqual(await tabs(page), ['Chat', 'Q&A']);

	await tab(jonas.page, 'Participants').click();
	const watch = both.map((page) => page.evaluate(() => new Promise((resolve) => {
		const seen = () => [...document.querySelectorAll('[role=tab]')].some((t) => /Backchannel/.test(t.textContent ?? ''));
		const observer = new MutationObserver(() => { if (seen()) { observer.disconnect(); resolve(Date.now()); } });
		observer.observe(document.body, { childList: true, subtree: true, characterData: true });
	})));
	await actOn(jonas.page, 'Hannah Weiss', /Promote to moderator/);
	const began = await jonas.page.evaluate(() => Date.now());
	await jonas.page.getByRole('button', { name: 'Make moderator' }).click();
	const ms = Math.max(...await Promise.all(watch)) - began;
	console.log(`both tabs changed ${ms} ms after the click began`);

	await jonas.page.getByText(/Applied on 2 of 2 devices/).first().waitFor();
	await shot(jonas.page, 'promotion-receipt');
	for (const [i, page] of both.entries()) {
		assert.deepEqual((await tabs(page)).map((t) => t.split('\n')[0]), ['Chat', 'Q&A', 'Backchannel', 'Participants']);
		const box = page.getByRole('textbox', { name: 'Message everyone' });
		assert.equal(await box.inputValue(), `half a mess ${i}`);
		assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Message everyone');
		assert.equal(await page.evaluate(() => /** @type {any} */ (window).sameDocument), true);
	}
	await shot(hannah.page, 'promotion-toast');

	// The backchannel from now on, and a moderator's dialog.
	await tab(maya.page, 'Backchannel').click();
	await maya.page.getByRole('tabpanel', { name: /Backchannel/ }).getByRole('textbox').fill('canary-during');
	await maya.page.keyboard.press('Enter');
	await tab(second, 'Backchannel').click();
	await second.getByText('canary-during').waitFor();
	assert.equal(await second.getByText('canary-before').count(), 0, 'what was said before the promotion stays closed');
	await tab(maya.page, 'Q&A').click();
	await maya.page.getByRole('textbox', { name: 'Ask a question' }).fill('What happens in spring?');
	await maya.page.getByRole('button', { name: 'Ask', exact: true }).click();
	await hannah.page.bringToFront();
	await tab(hannah.page, 'Q&A').click();
	const row = hannah.page.getByRole('article', { name: /Question from Maya/ });
	await row.hover();
	await row.getByRole('button', { name: /Dismiss/ }).click();
	await hannah.page.getByRole('dialog').waitFor();

	await jonas.page.bringToFront();
	await actOn(jonas.page, 'Hannah Weiss', 'Back to viewer');
	for (const page of both) await tab(page, 'Backchannel').waitFor({ state: 'detached' });
	await hannah.page.getByRole('dialog').waitFor({ state: 'detached' });
	await jonas.page.getByText(/Applied on 2 of 2 devices/).first().waitFor();
	for (const page of both) {
		const left = await page.evaluate(() => {
			const seen = new Set();
			const dump = (v) => {
				if (typeof v === 'string') return v;
				if (!v || typeof v !== 'object' || seen.has(v) || v instanceof Node || v instanceof WebSocket) return '';
				seen.add(v);
				if (v instanceof Map || v instanceof Set) return [...v].map(dump).join(' ');
				return Object.values(v).map(dump).join(' ');
			};
			const stored = Object.values({ ...localStorage }).concat(Object.values({ ...sessionStorage })).join(' ');
			return dump(/** @type {any} */ (window).__room) + ' ' + document.documentElement.outerHTML + ' ' + stored;
		});
		assert.ok(left.includes('half a mess'), 'the page state was really read');
		assert.ok(!left.includes('canary'), 'nothing of the backchannel is left');
		assert.equal(await page.evaluate(() => /** @type {any} */ (window).sameDocument), true, 'no reload');
	}
	assert.ok(ms < 3000, `the promotion took ${ms} ms`);
	for (const who of [jonas, priya, maya, hannah]) assert.deepEqual(who.errors, []);
});
