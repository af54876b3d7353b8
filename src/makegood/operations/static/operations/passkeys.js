// Binds allauth's passkey ceremonies to the buttons of a page. A page says which by data-passkey.
(function () {
  document.documentElement.classList.add('has-script')
  const part = document.querySelector('[data-passkey]')
  if (!part || !window.PublicKeyCredential) { return }
  const ids = { credential: part.dataset.credential, data: 'js_data' }
  const ways = {
    alone: ['loginForm', 'login'],
    add: ['addForm', 'add'],
    check: ['authenticateForm', 'authenticate']
  }
  const [form, button] = ways[part.dataset.passkey]
  ids[button] = part.dataset.button
  if (part.dataset.passkey === 'alone') { delete ids.data }
  // A box that is always checked: without it allauth asks for a key that cannot sign in alone.
  if (part.dataset.passkey === 'add') { ids.passwordless = 'passwordless' }
  window.allauth.webauthn.forms[form]({ ids })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    const told = part.querySelector('[role=alert]')
    if (told) { told.hidden = false }
  })
})()
