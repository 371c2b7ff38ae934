import { deskPage, escapeHtml } from "./desk-page.ts";
import { boardPath, overviewPath, signInPath, signOutPath } from "./desk-paths.ts";

export interface SignInForm {
  /** Where to go afterwards, a path of the desk. */
  readonly next: string;
  readonly email?: string;
  readonly alarm?: string;
}

/** The form on which operators sign in; works without script and without any other file. */
export function signInPage({ next, email = "", alarm }: SignInForm): string {
  const failed = alarm !== undefined;
  return deskPage(
    failed ? "Sign-in failed" : "Operator sign-in",
    `<h1>Operator sign-in</h1>
    ${failed ? `<p class="alarm" role="alert" id="alarm">${escapeHtml(alarm)}</p>` : ""}
    <form method="post" action="${signInPath}">
      <input type="hidden" name="next" value="${escapeHtml(next)}">
      <label for="email">E-mail</label>
      <input id="email" name="email" type="email" value="${escapeHtml(email)}" autocomplete="username" maxlength="320"
        required${email === "" ? " autofocus" : ""}${failed ? ' aria-describedby="alarm"' : ""}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024"
        required${email === "" ? "" : " autofocus"}>
      <button type="submit">Sign in</button>
    </form>
    <p class="note">For the people who run the platform. A session lasts eight hours.</p>`,
  );
}

/** What an operator who is signed in sees: who they are, the way to the board, the way out. */
export function accountPage(operator: { readonly name: string; readonly readOnly: boolean }): string {
  return deskPage(
    "Signed in",
    `<h1>Signed in as ${escapeHtml(operator.name)}</h1>
    <p>${operator.readOnly ? "You may look at everything and change nothing." : "What you change is written to the audit log."}</p>
    <a class="button" href="${boardPath}">Open the queues</a>
    <p class="ways"><a href="${overviewPath}">Workers and queues at a glance</a></p>
    <form method="post" action="${signOutPath}"><button class="quiet" type="submit">Sign out</button></form>`,
  );
}

/** A page that says why something was refused. */
export function refusalPage(title: string, detail: string): string {
  return deskPage(
    title,
    `<h1>${escapeHtml(title)}</h1>
    <p class="alarm" role="alert">${escapeHtml(detail)}</p>
    <a class="button" href="${signInPath}">Back</a>`,
  );
}
