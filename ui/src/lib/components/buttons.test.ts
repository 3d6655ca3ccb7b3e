import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible, words } from '$dev/testing';
import { Button, ConfirmDialog, Dialog, ErrorNote, IconButton } from '.';
import { failure } from '$lib/host/fake';
import { may } from '$lib/may.svelte';
import { createRawSnippet } from 'svelte';
import MenuButton from '$dev/MenuButton.svelte';

describe('a button', () => {
  it('that is blocked says why, can be reached, and does nothing', async () => {
    const onclick = vi.fn();
    render(Button, { children: words('Approve'), blocked: 'Needs an approver', onclick });
    const button = screen.getByRole('button', { name: 'Approve', description: 'Needs an approver' });
    button.focus();
    expect(document.activeElement, 'a reason nobody can reach is none').toBe(button);
    await userEvent.click(button);
    expect(onclick).not.toHaveBeenCalled();
    await expectAccessible();
  });
  it('whose command is another role’s is locked and says whose', async () => {
    may.learn([{ command: 'customer_create', why: 'This is for: analyst or compliance officer. You work as auditor.' }], null);
    const onclick = vi.fn();
    render(Button, { children: words('Add a customer'), needs: 'customer_create' as const, onclick });
    await userEvent.click(screen.getByRole('button', { name: 'Add a customer', description: /This is for: analyst/ }));
    expect(onclick).not.toHaveBeenCalled();
    may.learn([], 'Open for reading only.');
    await screen.findByRole('button', { name: 'Add a customer', description: 'Open for reading only.' });
    may.learn([], null);
    await userEvent.click(await screen.findByRole('button', { name: 'Add a customer', description: '' }));
    expect(onclick).toHaveBeenCalledOnce();
  });
  it('that is busy cannot be pressed twice', async () => {
    const onclick = vi.fn();
    render(Button, { children: words('Save'), busy: true, onclick });
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(onclick).not.toHaveBeenCalled();
  });
  it('with an address is a link', () => {
    render(Button, { children: words('Open'), href: '#/today' });
    expect(screen.getByRole('link', { name: 'Open' }).getAttribute('href')).toBe('#/today');
  });
  it('of an icon has a name', async () => {
    render(IconButton, { icon: 'lock', label: 'Lock the vault' });
    expect(screen.getByRole('button', { name: 'Lock the vault' })).toBeTruthy();
    await expectAccessible();
  });
});

describe('a dialog', () => {
  it('has its title as name, submits on Enter and closes on Escape', async () => {
    const onsubmit = vi.fn();
    const onclose = vi.fn();
    render(Dialog, { open: true, title: 'Record a request', description: 'From the Department.', onsubmit, onclose, children: createRawSnippet(() => ({ render: () => '<input aria-label="Reference">' })) });
    expect(screen.getByRole('dialog', { name: 'Record a request' })).toBeTruthy();
    await vi.waitFor(() => expect(document.activeElement, 'the first field, not the button that closes').toBe(screen.getByRole('textbox')));
    await userEvent.type(screen.getByRole('textbox'), 'x{Enter}');
    expect(onsubmit).toHaveBeenCalledOnce();
    await expectAccessible();
    await userEvent.keyboard('{Escape}');
    expect(onclose).toHaveBeenCalledOnce();
  });
  it('for what cannot be undone wants the case number', async () => {
    const onconfirm = vi.fn();
    render(ConfirmDialog, { open: true, title: 'Close the case?', message: 'For good.', typed: 'REQ-1', confirm: 'Close case', onconfirm });
    await userEvent.click(screen.getByRole('button', { name: 'Close case' }));
    expect(onconfirm, 'nothing was typed').not.toHaveBeenCalled();
    await userEvent.type(screen.getByLabelText('Type REQ-1 to confirm'), 'REQ-1');
    await userEvent.click(screen.getByRole('button', { name: 'Close case' }));
    expect(onconfirm).toHaveBeenCalledOnce();
    await expectAccessible();
  });
});

describe('a menu', () => {
  it('opens by keys, runs what is chosen, and shows why something is not', async () => {
    const run = vi.fn();
    render(MenuButton, { items: [{ label: 'Seal', blocked: 'needs an approver', run }, 'line', { label: 'Print', run }] });
    screen.getByRole('button', { name: 'More' }).focus();
    await userEvent.keyboard('{Enter}');
    // Nothing is laid out here, so what floats stays hidden; the keys work all the same.
    expect((await screen.findByText('Seal')).textContent).toContain('needs an approver');
    await userEvent.keyboard('{Enter}');
    expect(run).toHaveBeenCalledOnce();
  });
});

describe('an error', () => {
  it('shows the sentence, each field, the code and a way on', async () => {
    const onretry = vi.fn();
    render(ErrorNote, { error: failure('E-X', 'Could not save.', { problems: [{ field: 'a', code: 'E-A', message: 'a is empty.' }] }), onretry });
    const text = screen.getByRole('alert').textContent ?? '';
    expect(['Could not save.', 'a is empty.', 'E-X'].every((part) => text.includes(part))).toBe(true);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onretry).toHaveBeenCalledOnce();
    await expectAccessible();
  });
});
