// How the site looks, everywhere: no rule of accessibility broken, nothing over
// the edge, in three sizes, light and dark.
import assert from 'node:assert/strict';
import test from 'node:test';
import { api, doors, look, manager, medium, minutesAhead, person, world } from '../world.mjs';

const wrong = [];
const fine = () => assert.deepEqual(wrong.splice(0), []);

test('signing in and setting up', async () => {
	const { page } = await person();
	await page.goto(world.a + '/signin');
	await page.getByRole('button', { name: 'Sign in' }).waitFor();
	wrong.push(...await look(page, 'signin'));
	await page.goto(world.a + '/setup#notthetoken');
	await page.getByRole('button', { name: 'Create account and start' }).click();
	await page.getByText('Say what people call you').waitFor();
	wrong.push(...await look(page, 'setup-errors'));
	await page.goto(world.a + '/nowhere/at/all');
	await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
	wrong.push(...await look(page, 'not-found'));
	fine();
});

test('home, empty and full, and the form', async () => {
	const jonas = await manager();
	await api(jonas, 'POST', '/accounts', { email: 'nina@marlow.example', first: 'Nina', last: 'Berg', password: 'a long password of hers' });
	const nina = await person();
	await api(nina, 'POST', '/session', { email: 'nina@marlow.example', password: 'a long password of hers' });
	await nina.page.goto(world.a);
	await nina.page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
	wrong.push(...await look(nina.page, 'home-empty'));

	const live = await medium(jonas, { title: 'Q4 Town Hall: where we go next' });
	await doors(jonas, live.id, { do: 'open' });
	await medium(jonas, { title: 'Ask the leadership anything, and an unusually long title that has to find its place', kind: 'room', start: minutesAhead(240), zone: 'UTC' });
	const late = await medium(jonas, { title: 'Release notes, live', kind: 'simulive' });
	await doors(jonas, late.id, { do: 'delay', word: 'The projector is on its way.' });
	const over = await medium(jonas, { title: 'Summer party retrospective', kind: 'diy' });
	await doors(jonas, over.id, { do: 'open' });
	await doors(jonas, over.id, { do: 'end' });
	for (const [kind, title] of [['video', 'Onboarding, part one'], ['audio', 'The long interview'], ['document', 'Handbook 2031'], ['quiz', 'How well do you know us?']]) {
		await medium(jonas, { kind, title, start: undefined, zone: undefined, collaboration: undefined });
	}
	await jonas.page.goto(world.a);
	await jonas.page.getByRole('heading', { name: 'On demand' }).waitFor();
	wrong.push(...await look(jonas.page, 'home'));
	await jonas.page.goto(world.a + '/new');
	await jonas.page.getByRole('button', { name: 'Create' }).click();
	await jonas.page.getByLabel(/^Start/).fill('2031-03-04T15:00');
	wrong.push(...await look(jonas.page, 'create'));
	fine();
});

test('the administration', async () => {
	const jonas = await manager();
	await jonas.page.goto(world.a + '/admin');
	await jonas.page.getByText('Administrator', { exact: true }).first().waitFor();
	await jonas.page.getByRole('radio', { name: 'Several times' }).check();
	wrong.push(...await look(jonas.page, 'admin'));
	await jonas.page.getByRole('button', { name: 'New account' }).click();
	await jonas.page.getByRole('button', { name: 'Create account' }).click();
	wrong.push(...await look(jonas.page, 'admin-account'));
	fine();
});
