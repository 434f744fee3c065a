/*
 * Runs in the browser, in front of GraphiQL: the bar in which one signs in, and the options with which GraphiQL starts.
 */

const STORED_TOKEN = 'graphiql:access-token';

/** What the bar knows; null for nobody. */
let accessToken = sessionStorage.getItem(STORED_TOKEN);
let expiry;

/** Called once, by the document. Answers GraphiQL's options. */
globalThis.startPage = ({ path, tabs, signIn }) => {
  if (signIn === null) document.querySelector('#bar').remove();
  else keep(accessToken, path, signIn);
  fillPlaceholders();
  return {
    title: 'GraphiQL',
    endpoint: path,
    defaultTabs: tabs,
    defaultQuery: '',
    shouldPersistHeaders: true,
    subscriptionsProtocol: 'WS',
    // Asked anew for each request and each socket.
    additionalHeaders: authorization,
    connectionParams: authorization,
  };
};

function authorization() {
  return accessToken === null ? {} : { Authorization: `Bearer ${accessToken}` };
}

/** Holds on to a token until it ends, and shows who is there. */
function keep(token, path, signIn) {
  const endsInMs = token === null ? 0 : expiryOf(token) - Date.now();
  clearTimeout(expiry);
  accessToken = endsInMs > 0 ? token : null;
  if (accessToken === null) {
    sessionStorage.removeItem(STORED_TOKEN);
    showForm(path, signIn);
    return;
  }
  sessionStorage.setItem(STORED_TOKEN, accessToken);
  expiry = setTimeout(() => keep(null, path, signIn), endsInMs);
  showSignedIn(path, signIn);
}

function showForm(path, signIn) {
  const form = element('form', { autocomplete: 'on' });
  const inputs = signIn.fields.map(({ name, isSecret, value }) =>
    element('input', {
      name,
      value,
      placeholder: name,
      ariaLabel: name,
      required: true,
      type: isSecret ? 'password' : 'text',
      autocomplete: isSecret ? 'current-password' : 'username',
    }),
  );
  const status = element('output', {});
  const button = element('button', { textContent: 'Sign in' });
  form.append(...inputs, button, status);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = '';
    try {
      const variables = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
      keep(await tokenFor(path, signIn, variables), path, signIn);
    } catch (error) {
      status.textContent = error.message;
      button.disabled = false;
    }
  });
  const text = 'Nobody is signed in. Sign in to see what is yours.';
  showBar(element('span', { textContent: text }), form);
}

function showSignedIn(path, signIn) {
  const until = new Date(expiryOf(accessToken)).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
  });
  const text = `Signed in until ${until}. Your token goes with every request and subscription.`;
  const button = element('button', { textContent: 'Sign out' });
  button.addEventListener('click', () => keep(null, path, signIn));
  showBar(element('span', { textContent: text, className: 'signed-in' }), button);
}

async function tokenFor(path, { query, tokenPath }, variables) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(errors[0].message);
  return tokenPath.reduce((value, key) => value[key], data);
}

/** When a JWT ends, milliseconds since 1970. */
function expiryOf(token) {
  try {
    const [, payload] = token.split('.');
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).exp * 1000;
  } catch {
    return 0;
  }
}

/** "{{new id}}" in variables is another id on every run, for keys that must not be used twice. */
function fillPlaceholders() {
  const send = globalThis.fetch.bind(globalThis);
  globalThis.fetch = (url, options) => {
    const body = options?.body;
    if (typeof body !== 'string') return send(url, options);
    return send(url, { ...options, body: body.replaceAll('{{new id}}', () => crypto.randomUUID()) });
  };
}

function showBar(...children) {
  document.querySelector('#bar').replaceChildren(...children);
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
