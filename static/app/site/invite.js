/** Opens the invite window for a medium. @param {{id: string, title: string}} media */
export function openInvite(media) {
	location.assign(`/m/${media.id}`);
}
