/** What a request to an inference engine may be. */
export type LoopbackMethod = 'GET' | 'POST';
