// Runs before the page is drawn, so that a chosen theme doesn't flash in.
try {
	const theme = localStorage.getItem('greenroom-theme');
	if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch { /* storage is switched off: follow the system */ }
