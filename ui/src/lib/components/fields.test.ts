import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible } from '$dev/testing';
import { handleKey } from '$lib/actions.svelte';
import { Checkbox, Combobox, DateField, SearchBox, Select, TextArea, TextField } from '.';

const COUNTRIES = ['Åland Islands', 'Estonia', 'Germany', 'Türkiye'].map((label) => ({ value: label.slice(0, 2), label }));

describe('a text field', () => {
  it('is named by its label and described by its error', async () => {
    render(TextField, { label: 'E-mail', value: 'x', required: true, hint: 'for notices', error: 'No @ in it.' });
    const box = screen.getByRole('textbox', { name: 'E-mail', description: 'No @ in it.' });
    expect([box.getAttribute('aria-invalid'), box.getAttribute('aria-required')]).toEqual(['true', 'true']);
    expect(screen.queryByText('for notices'), 'the error takes the place of the hint').toBeNull();
    await expectAccessible();
  });
  it('shows the paragraph that asks for it', async () => {
    render(TextField, { label: 'Name', rule: { cite: '15 CFR 7.302(d)', text: 'The name is collected.', confidence: 'memory', verified: false } });
    await userEvent.click(await screen.findByRole('button', { name: 'Why Name is asked for' }));
    expect(await screen.findByText('15 CFR 7.302(d)')).toBeTruthy();
    expect(screen.getByText(/not yet checked/)).toBeTruthy();
  });
});

it('a text area and a tick have their names', async () => {
  render(TextArea, { label: 'Reason' });
  render(Checkbox, { label: 'Only incomplete', hint: 'Something is missing' });
  await userEvent.click(screen.getByLabelText('Only incomplete'));
  expect((screen.getByRole('checkbox', { name: 'Only incomplete' }) as HTMLInputElement).checked).toBe(true);
  expect(screen.getByRole('textbox', { name: 'Reason' })).toBeTruthy();
  await expectAccessible();
});

describe('a date field', () => {
  it('says the weekday of what is typed', async () => {
    render(DateField, { label: 'Received on' });
    await userEvent.type(screen.getByRole('textbox'), '2026-11-24');
    expect(screen.getByText('Tue 2026-11-24')).toBeTruthy();
    await expectAccessible();
  });
  it('understands other ways of writing year, month and day', async () => {
    const onchange = vi.fn();
    render(DateField, { label: 'Received on', onchange });
    await userEvent.type(screen.getByRole('textbox'), '2026/3/9');
    await userEvent.tab();
    expect((screen.getByRole('textbox') as HTMLInputElement).value).toBe('2026-03-09');
    expect(onchange).toHaveBeenLastCalledWith('2026-03-09');
  });
  it('refuses a day that does not exist and a trigger in the future, after typing, not during', async () => {
    const { rerender } = render(DateField, { label: 'Received on', max: '2026-11-24' });
    const box = screen.getByRole('textbox');
    await userEvent.type(box, '2026-02-30');
    expect(box.getAttribute('aria-invalid')).toBeNull();
    await userEvent.tab();
    expect(screen.getByText(/is no date/)).toBeTruthy();
    await rerender({ value: '2026-11-25' });
    expect(screen.getByText('Wed 2026-11-25 lies after Tue 2026-11-24.')).toBeTruthy();
  });
  it('offers today', async () => {
    render(DateField, { label: 'Received on', today: '2026-11-24' });
    await userEvent.click(screen.getByRole('button', { name: 'Today' }));
    expect((screen.getByRole('textbox') as HTMLInputElement).value).toBe('2026-11-24');
  });
});

describe('a choice', () => {
  it('is made by keys and said aloud', async () => {
    const onchange = vi.fn();
    render(Select, { label: 'Country', options: COUNTRIES, onchange });
    const trigger = screen.getByRole('combobox', { name: 'Country' });
    expect(trigger.textContent).toContain('Choose…');
    trigger.focus();
    await userEvent.keyboard('{Enter}');
    // Nothing is laid out here, so what floats stays hidden; the keys work all the same.
    await screen.findByText('Estonia');
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(onchange).toHaveBeenCalledOnce();
    await expectAccessible();
  });
  it('of many is found by typing, accents or not', async () => {
    const onchange = vi.fn();
    render(Combobox, { label: 'Country', options: COUNTRIES, onchange });
    await userEvent.type(screen.getByRole('combobox', { name: 'Country' }), 'turk');
    expect(screen.getAllByRole('option', { hidden: true }).map((option) => option.textContent?.trim())).toEqual(['Türkiye']);
    await userEvent.keyboard('{Enter}');
    expect(onchange).toHaveBeenCalledWith('Tü');
    expect((screen.getByRole('combobox') as HTMLInputElement).value).toBe('Türkiye');
  });
  it('that is left half typed shows again what is chosen', async () => {
    render(Combobox, { label: 'Country', options: COUNTRIES, value: 'Es' });
    const box = screen.getByRole('combobox') as HTMLInputElement;
    await userEvent.type(box, 'ger');
    await userEvent.keyboard('{Escape}');
    expect(box.value).toBe('Estonia');
    await userEvent.type(box, 'ger');
    await userEvent.tab();
    expect(box.value).toBe('Estonia');
  });
  it('that matches nothing says so', async () => {
    render(Combobox, { label: 'Country', options: COUNTRIES, nothing: 'No such country.' });
    await userEvent.type(screen.getByRole('combobox'), 'xyz');
    expect(await screen.findByText('No such country.')).toBeTruthy();
  });
});

it('a search asks once after a pause, and Escape empties it', async () => {
  const onsearch = vi.fn();
  render(SearchBox, { label: 'Search customers', value: '', onsearch });
  await userEvent.type(screen.getByRole('textbox', { name: 'Search customers' }), 'иван{Enter}');
  await vi.waitFor(() => expect(onsearch).toHaveBeenLastCalledWith('иван'));
  expect(onsearch.mock.calls.length, 'not once per letter').toBeLessThan(4);
  await userEvent.tab();
  handleKey(new KeyboardEvent('keydown', { key: '/', cancelable: true }));
  await userEvent.keyboard('мир');
  await vi.waitFor(() => expect(onsearch, 'what is typed after / takes the place of what stands there').toHaveBeenLastCalledWith('мир'));
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(onsearch).toHaveBeenLastCalledWith(''));
  await expectAccessible();
});
