export { checkAgent as check } from '../driver/agent.mjs'
