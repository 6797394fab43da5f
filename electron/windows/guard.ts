import { app, session } from 'electron';
import { mayHavePermission, mayNavigate } from '../policy/navigation.ts';

/** Puts the rules of `policy/` on every page there will ever be. */
export function guardAllPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (details) => {
      if (!mayNavigate(contents.getURL(), details.url)) details.preventDefault();
    });
    contents.on('will-redirect', (details) => {
      if (!mayNavigate(contents.getURL(), details.url)) details.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** After the app is ready. */
export function guardPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((contents, permission, decide) => {
    decide(mayHavePermission(permission, contents.getURL()));
  });
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) =>
    mayHavePermission(permission, origin),
  );
}
