// Where oidc-provider keeps what it issues. Its own memory adapter holds 1,000 entries, too few for 10,000 chains.

const grantable = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])

const entries = new Map()
const members = new Map()
const indexes = new Map()

export class MemoryAdapter {
  constructor(model) { this.model = model }

  async upsert(id, payload, expiresIn) {
    const key = `${this.model}:${id}`
    entries.set(key, { payload, end: expiresIn ? Date.now() + expiresIn * 1000 : Infinity })
    if (payload.uid) indexes.set(`uid:${payload.uid}`, id)
    if (payload.grantId && grantable.has(this.model)) {
      const set = members.get(payload.grantId)
      if (set) set.add(key)
      else members.set(payload.grantId, new Set([key]))
    }
  }

  async find(id) {
    const entry = entries.get(`${this.model}:${id}`)
    return entry && entry.end > Date.now() ? entry.payload : undefined
  }

  async findByUid(uid) { return this.find(indexes.get(`uid:${uid}`)) }

  async findByUserCode() { return undefined }

  async consume(id) {
    const entry = entries.get(`${this.model}:${id}`)
    if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id) { entries.delete(`${this.model}:${id}`) }

  async revokeByGrantId(grantId) {
    for (const key of members.get(grantId) ?? []) entries.delete(key)
    members.delete(grantId)
  }
}

export const redisAdapter = client => class {
  constructor(model) { this.model = model }

  key(id) { return `${this.model}:${id}` }

  async upsert(id, payload, expiresIn) {
    const batch = client.multi()
    const key = this.key(id)
    const life = expiresIn ? ['EX', expiresIn] : []
    batch.set(key, JSON.stringify(payload), ...life)
    if (payload.uid) batch.set(`uid:${payload.uid}`, id, ...life)
    if (payload.grantId && grantable.has(this.model)) batch.sadd(`grant:${payload.grantId}`, key)
    await batch.exec()
  }

  async find(id) {
    const [text, consumed] = await client.mget(this.key(id), `consumed:${this.key(id)}`)
    if (!text) return undefined
    const payload = JSON.parse(text)
    return consumed ? { ...payload, consumed: Number(consumed) } : payload
  }

  async findByUid(uid) {
    const id = await client.get(`uid:${uid}`)
    return id ? this.find(id) : undefined
  }

  async findByUserCode() { return undefined }

  async consume(id) { await client.set(`consumed:${this.key(id)}`, Math.floor(Date.now() / 1000), 'EX', 86400) }

  async destroy(id) { await client.del(this.key(id)) }

  async revokeByGrantId(grantId) {
    const keys = await client.smembers(`grant:${grantId}`)
    await client.del(`grant:${grantId}`, ...keys)
  }
}
