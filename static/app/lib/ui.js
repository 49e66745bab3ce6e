// The building blocks that all pages share, one file each below ui/.
export { Button, IconButton, LinkButton, CopyButton } from './ui/button.js';
export { Field, TextArea, Select, Checkbox, Switch, FieldError } from './ui/field.js';
export { Chip, RoleChip, LivePill, Avatar, Badge, EmptyState, Notice, roleWords } from './ui/bits.js';
export { Logo, Mark } from './ui/logo.js';
export { Menu } from './ui/menu.js';
export { Dialog, confirm } from './ui/dialog.js';
export { toast, dismissToast, ToastHost } from './ui/toast.js';
export { Tabs, Segmented } from './ui/tabs.js';
export { SinglePage, ThemeButton, asset } from './ui/single.js';
export { Icon } from './icons.js';
