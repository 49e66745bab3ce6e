// What is said on a room's socket, as in hub/protocol. Names are the wire's.

export type Role = '' | 'viewer' | 'speaker' | 'moderator' | 'manager';
export type Capability = 'watch' | 'chat' | 'ask' | 'respond' | 'answer' | 'backchannel' | 'moderate_qna' | 'moderate_chat' | 'initiate' | 'manage';
export type Kind = 'webcast' | 'simulive' | 'diy' | 'room' | 'video' | 'audio' | 'document' | 'quiz';
export type QuestionState = 'held' | 'open' | 'now' | 'answered' | 'dismissed' | 'withdrawn';

export interface Person { id: string; name: string; role: Role }
export interface Doors { state: 'scheduled' | 'open' | 'ended'; start: number; opened_at?: number; ended_at?: number; delayed?: boolean; word?: string }
export interface TextAnswer { by: Person; text: string; to: 'all' | 'asker'; at: number }
export interface Question {
	id: string; version: number; state: QuestionState; text: string; asker?: Person; anonymous?: boolean; mine?: boolean;
	at: number; since: number; by?: Person; how?: 'live' | 'text'; answers?: TextAnswer[]; reason?: string;
}
export interface RoomInfo { id: string; title: string; description: string; kind: Kind; host: string; zone: string; stage_url?: string }
export interface You extends Person { version: number; capabilities: Capability[]; muted_until?: number; guest?: boolean; voted?: string[] }
export interface RoomSettings { premoderation: boolean; slow_mode?: number }
export interface ChatMessage { cursor: string; id: string; at: number; from: Person; text: string }
export interface RosterPerson extends Person { devices: number; guest?: boolean; muted_until?: number; removed?: boolean; version: number }
export interface RosterGroup { name: 'staff' | 'viewers' | string; count: number; people: RosterPerson[] | null }

export interface Welcome {
	type: 'welcome'; id: number; cursor?: string; now: number; build?: string; resumed: boolean; room: RoomInfo; doors: Doors; you?: You; settings: RoomSettings;
	chat?: ChatMessage[]; backchannel?: ChatMessage[]; questions?: Question[]; votes?: Record<string, number>; here: number;
}
export interface Receipt { type: 'receipt'; participant: string; version: number; devices: number; applied: number; ms: number }
export interface Roster { type: 'roster'; search?: string; total: number; groups: RosterGroup[] | null }
export interface You_ { type: 'you'; cursor: string; you: You; backchannel: ChatMessage[] | null; questions: Question[] | null; votes?: Record<string, number> }

export type ServerMessage =
	| Welcome
	| ({ type: 'chat' } & ChatMessage)
	| ({ type: 'whisper' } & ChatMessage)
	| { type: 'question'; cursor: string; question: Question }
	| { type: 'question_gone'; cursor: string; question: string }
	| { type: 'doors'; cursor: string; now: number; doors: Doors }
	| { type: 'settings'; cursor: string; settings: RoomSettings }
	| { type: 'role'; cursor: string; at: number; person: Person; was: Role; version: number; by: Person }
	| { type: 'muted'; cursor: string; person: Person; until: number; by: Person }
	| { type: 'removed'; cursor: string; person: Person; removed: boolean; by: Person }
	| You_
	| { type: 'presence'; here: number; waiting?: number }
	| { type: 'votes'; counts: Record<string, number> }
	| Receipt
	| Roster
	| { type: 'degraded'; on: boolean }
	| Reply;

export interface Ack { type: 'ack'; id: number; at?: number; object?: string; version?: number }
export interface Refused { type: 'error'; id: number; code: string; message: string; field?: string; retry_after?: number }
export interface HistoryPage { type: 'history'; id: number; channel: 'chat' | 'backchannel'; messages: ChatMessage[] | null; more: boolean; cursor?: string }
export interface Pong { type: 'pong'; id: number; now: number }
export type Reply = Ack | Refused | HistoryPage | Pong;

/** Fields of each command, without type and id. */
export interface Commands {
	ping: {};
	chat: { text: string };
	whisper: { text: string };
	history: { channel: 'chat' | 'backchannel'; before: string; limit?: number };
	ask: { text: string; anonymous?: boolean };
	withdraw: { question: string; version: number };
	vote: { question: string; on: boolean };
	publish: { question: string; version: number };
	dismiss: { question: string; version: number; reason?: string };
	answer: { question: string; version: number; text: string; to: 'all' | 'asker' };
	answer_live: { question: string; version: number };
	answered: { question: string; version: number };
	set_role: { participant: string; role: Role };
	mute: { participant: string; minutes: number };
	unmute: { participant: string };
	remove: { participant: string };
	readmit: { participant: string };
	settings: { premoderation?: boolean; slow_mode?: number };
	roster: { open: boolean; search?: string; limit?: number };
}
