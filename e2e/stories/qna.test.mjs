// Questions: who sees what in which state, from asking to the answer, on two
// nodes and on stage.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cable, doors, enter, follow, invite, manager, medium, person, shot, tab, world } from '../world.mjs';

const jonas = await manager();

/** A room with review first, and in it two moderators and two viewers on two nodes, all at Q&A. */
async function scene(fields = {}) {
	const { id } = await medium(jonas, { access: 'anyone', premoderation: true, ...fields });
	await doors(jonas, id, { do: 'open' });
	const [priya, marco, ana, ben] = await Promise.all([person(), person(), person(), person()]);
	await follow(priya.page, await invite(jonas, id, 'priya@marlow.example', 'moderator', 'Priya', 'Raman'), 'priya@marlow.example', world.a);
	const wire = await cable(world.b);
	await follow(marco.page, await invite(jonas, id, 'marco@marlow.example', 'moderator', 'Marco', 'Bianchi'), 'marco@marlow.example', wire.url);
	await enter(ana, id, 'Ana Prado', world.a);
	await enter(ben, id, 'Ben Otto', world.b);
	for (const { page } of [priya, marco, ana, ben]) await tab(page, 'Q&A').click();
	return { id, priya, marco, ana, ben, wire };
}

async function ask(page, text, anonymous = false) {
	const box = page.getByRole('textbox', { name: 'Ask a question' });
	await box.fill(text);
	const tick = page.getByRole('checkbox', { name: 'Ask anonymously' });
	if (await tick.isChecked() !== anonymous) await tick.click();
	await page.getByRole('button', { name: 'Ask', exact: true }).click();
	await page.getByText(text).first().waitFor();
	assert.equal(await box.inputValue(), '');
}

const filter = (page, name) => page.getByRole('group', { name: 'Which questions' }).getByRole('button', { name: new RegExp(`^${name}`) });

/** A question in the staff's queue. */
const row = (page, text) => page.getByRole('article', { name: /^Question from/ }).filter({ hasText: text });

/** A question in the audience's list. */
const listed = (page, text) => page.getByRole('region', { name: 'Questions' }).getByRole('article').filter({ hasText: text });

async function act(page, text, name) {
	await row(page, text).hover();
	await row(page, text).getByRole('button', { name, exact: true }).click();
}

/** Waits until everything that was sent before is on this page too: a line of chat comes behind it. */
async function barrier(from, to, word) {
	await tab(from.page, 'Chat').click();
	await from.page.getByRole('textbox', { name: 'Message everyone' }).fill(word);
	await from.page.keyboard.press('Enter');
	await tab(from.page, 'Q&A').click();
	for (const { page } of to) {
		await tab(page, 'Chat').click();
		await page.getByRole('region', { name: 'Chat messages' }).getByText(word).waitFor();
		await tab(page, 'Q&A').click();
	}
}

test('a question waits for review, is published, voted for, and answered on stage', async () => {
	const { id, priya, marco, ana, ben } = await scene();
	await shot(ana.page, 'qna-empty');
	await ask(ana.page, 'Will the Porto office grow?');
	const own = ana.page.getByRole('region', { name: 'Your question' });
	await own.getByText('Waiting for review').waitFor();
	await own.getByText('Only you and the hosts see this.').waitFor();
	await shot(ana.page, 'qna-waiting');
	for (const { page } of [priya, marco]) {
		await page.getByRole('tab', { name: /Q&A.*1 to review/ }).waitFor();
		await row(page, 'Porto office').getByText('Ana Prado').waitFor();
		assert.match(await page.title(), /^\(1\) /);
	}
	await barrier(ana, [ben], 'has it come?');
	assert.equal(await ben.page.getByText('Porto office').count(), 0, 'the audience does not see what waits');
	await ana.page.reload();
	await tab(ana.page, 'Q&A').click();
	await own.getByText('Waiting for review').waitFor();

	await act(marco.page, 'Porto office', 'Publish');
	await listed(ana.page, 'Porto office').waitFor();
	await ana.page.getByText('Your question is on the list').first().waitFor();
	await own.waitFor({ state: 'detached' });

	// Votes are toggles, and count the same on both nodes.
	const vote = listed(ben.page, 'Porto office').getByRole('button', { name: /^Upvote/ });
	assert.equal(await vote.getAttribute('aria-pressed'), 'false');
	await vote.click();
	await listed(ben.page, 'Porto office').getByRole('button', { name: 'Upvote, 1 vote', pressed: true }).waitFor();
	await listed(ana.page, 'Porto office').getByRole('button', { name: 'Upvote, 1 vote' }).waitFor();
	assert.equal(await listed(ana.page, 'Porto office').getByRole('button', { name: /^Upvote/ }).isDisabled(), true, 'one does not vote for oneself');
	await vote.click();
	await listed(ben.page, 'Porto office').getByRole('button', { name: 'Upvote, 0 votes', pressed: false }).waitFor();
	await listed(ana.page, 'Porto office').getByRole('button', { name: 'Upvote, 0 votes' }).waitFor();
	await vote.click();
	await listed(ana.page, 'Porto office').getByRole('button', { name: 'Upvote, 1 vote' }).waitFor();
	await ben.page.reload();
	await tab(ben.page, 'Q&A').click();
	await listed(ben.page, 'Porto office').getByRole('button', { name: 'Upvote, 1 vote', pressed: true }).waitFor();

	// Anonymous to the audience, known to the staff.
	await ask(ben.page, 'Why was the canteen closed?', true);
	await row(priya.page, 'canteen').getByText('anonymous to viewers').waitFor();
	await row(priya.page, 'canteen').getByText('Ben Otto').waitFor();
	await act(priya.page, 'canteen', 'Publish');
	await listed(ana.page, 'canteen').getByText('Anonymous').waitFor();
	assert.equal(await ana.page.getByText('Ben Otto').filter({ visible: true }).count(), 0);
	await listed(ben.page, 'canteen').getByText('You, anonymously').waitFor();

	// On stage: everybody's lower third, and the presenter's page.
	const present = await priya.context.newPage();
	await present.goto(`${world.a}/r/${id}/present`);
	await present.getByText('No question is on stage').waitFor();
	await present.getByText('Will the Porto office grow?').waitFor();
	await filter(priya.page, 'Open').click();
	await act(priya.page, 'Porto office', 'Answer live');
	await present.getByRole('region', { name: 'Being answered now' }).getByText('Will the Porto office grow?').waitFor();
	await present.getByText('Why was the canteen closed?').waitFor();
	assert.equal(await present.getByText('Ben Otto').count(), 0, 'what all can see names nobody who asks anonymously');
	for (const { page } of [ana, ben, marco]) {
		await page.getByRole('region', { name: 'Stage' }).getByText('Ana Prado asks').waitFor();
		await page.getByRole('region', { name: 'Being answered now' }).getByText('Will the Porto office grow?').waitFor();
	}
	await shot(present, 'present-now');
	await shot(ben.page, 'qna-now');
	await priya.page.getByRole('region', { name: 'Being answered now' }).getByRole('button', { name: 'Answered' }).click();
	await present.getByText('No question is on stage').waitFor();
	for (const { page } of [ana, ben]) {
		await listed(page, 'Porto office').getByText(/^Answered live/).waitFor();
		assert.equal(await page.getByText('Ana Prado asks').count(), 0);
	}
	// The next one on stage takes the place of the one before.
	await act(priya.page, 'canteen', 'Answer live');
	await present.getByRole('region', { name: 'Being answered now' }).getByText('Anonymous').waitFor();
	await priya.page.getByRole('region', { name: 'Stage' }).getByText('Anonymous asks').waitFor();
	assert.equal(await present.getByText('Ben Otto').count(), 0);
	for (const who of [priya, marco, ana, ben]) assert.deepEqual(who.errors, []);
});

test('an answer in text goes to all, or to the asker alone', async () => {
	const { priya, ana, ben } = await scene({ premoderation: false });
	await ask(ana.page, 'When is the next town hall?');
	await ask(ana.page, 'Is my contract renewed?');
	await listed(ben.page, 'contract').waitFor();
	await filter(priya.page, 'Open').click();
	await act(priya.page, 'next town hall', 'Answer…');
	const dialog = priya.page.getByRole('dialog', { name: 'Answer in text' });
	await dialog.getByRole('button', { name: 'Send answer' }).click();
	await dialog.getByText('Please write an answer.').waitFor();
	await dialog.getByRole('textbox', { name: 'Your answer' }).fill('On 4 March: https://greenroom.example/march');
	await shot(priya.page, 'qna-answer-dialog');
	await dialog.getByRole('button', { name: 'Send answer' }).click();
	for (const { page } of [ana, ben]) await listed(page, 'next town hall').getByText('On 4 March').waitFor();
	await ana.page.getByText('Your question was answered').first().waitFor();

	await act(priya.page, 'contract', 'Answer…');
	await dialog.getByRole('textbox', { name: 'Your answer' }).fill('Yes, until December.');
	await dialog.getByRole('radio', { name: /Only the asker/ }).check();
	await dialog.getByRole('button', { name: 'Send answer' }).click();
	await listed(ana.page, 'contract').getByText('Yes, until December.').waitFor();
	await listed(ana.page, 'contract').getByText('Only you and the hosts see this.').waitFor();
	await listed(ben.page, 'contract').getByText('Answered to the asker').waitFor();
	assert.equal(await ben.page.getByText('until December').count(), 0);
	assert.equal(await listed(ben.page, 'contract').getByText(/Answered live/).count(), 0, 'it was not answered on stage');
	await filter(priya.page, 'Answered').click();
	await row(priya.page, 'contract').getByText('Only the asker and the hosts see this.').waitFor();
	await shot(ben.page, 'qna-answered');

	// Sorted and filtered.
	await filter(ben.page, 'Answered').click();
	await listed(ben.page, 'contract').waitFor();
	await filter(ben.page, 'Mine').click();
	await ben.page.getByText('You have not asked anything yet.').waitFor();
	for (const who of [priya, ana, ben]) assert.deepEqual(who.errors, []);
});

test('dismissed with a reason that the asker reads, and restored', async () => {
	const { priya, marco, ana, ben } = await scene();
	await ask(ana.page, 'Why is the coffee so bad?');
	await row(priya.page, 'coffee').waitFor();
	await act(priya.page, 'coffee', 'Dismiss');
	const dialog = priya.page.getByRole('dialog', { name: 'Dismiss this question?' });
	await dialog.getByRole('textbox', { name: /Reason/ }).fill('Please ask the kitchen.');
	await dialog.getByRole('button', { name: 'Dismiss' }).click();
	const own = ana.page.getByRole('region', { name: 'Your question' });
	await own.getByText('Not taken up').waitFor();
	await own.getByText('The hosts say: Please ask the kitchen.').waitFor();
	await shot(ana.page, 'qna-dismissed');
	await barrier(ana, [ben], 'anything new?');
	assert.equal(await ben.page.getByText('coffee').count(), 0);
	await filter(marco.page, 'Dismissed').click();
	await row(marco.page, 'coffee').getByText('Dismissed by Priya Raman: Please ask the kitchen.').waitFor();
	await act(marco.page, 'coffee', 'Restore');
	await listed(ben.page, 'coffee').waitFor();
	await listed(ana.page, 'coffee').waitFor();
	await own.waitFor({ state: 'detached' });

	// Undo, and a question that its asker takes back.
	await filter(priya.page, 'Open').click();
	await act(priya.page, 'coffee', 'Dismiss');
	await dialog.getByRole('button', { name: 'Dismiss' }).click();
	await listed(ben.page, 'coffee').waitFor({ state: 'detached' });
	await priya.page.getByRole('button', { name: 'Undo' }).click();
	await listed(ben.page, 'coffee').waitFor();
	await listed(ana.page, 'coffee').getByRole('button', { name: 'Withdraw' }).click();
	for (const { page } of [ana, ben]) await listed(page, 'coffee').waitFor({ state: 'detached' });
	for (const who of [priya, marco, ana, ben]) assert.deepEqual(who.errors, []);
});

test('two moderators act on one question: one wins, the other is told', async () => {
	const { priya, marco, ana, ben, wire } = await scene();
	await ask(ana.page, 'Who decides on the budget?');
	const dialog = marco.page.getByRole('dialog', { name: 'Dismiss this question?' });
	// Marco has opened his dialog when Priya publishes: it tells him.
	await act(marco.page, 'budget', 'Dismiss');
	await dialog.getByRole('textbox', { name: /Reason/ }).fill('Not now.');
	await act(priya.page, 'budget', 'Publish');
	await dialog.getByText('Somebody else was faster: this question is published now.').waitFor();
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	await listed(ben.page, 'budget').waitFor();

	// Marco presses before the news of Priya's decision has reached him.
	await ask(ana.page, 'And who decides on the rooms?');
	await act(marco.page, 'rooms', 'Dismiss');
	wire.hold();
	await act(priya.page, 'rooms', 'Publish');
	await listed(ben.page, 'rooms').waitFor();
	await dialog.getByRole('button', { name: 'Dismiss' }).click();
	wire.release();
	await marco.page.getByText('Somebody else was faster', { exact: true }).waitFor();
	await shot(marco.page, 'qna-conflict');
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	await filter(marco.page, 'Open').click();
	await row(marco.page, 'rooms').waitFor();
	assert.equal(await listed(ben.page, 'rooms').count(), 1);
	for (const who of [priya, marco, ana, ben]) assert.deepEqual(who.errors, []);
});
