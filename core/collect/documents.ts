/** SSM documents of runbooks/ssm by the names they are deployed under; the stack and the steps share this list. */
export const DOCUMENTS = {
  captureMemory: { name: 'Cordon-CaptureMemory', file: 'ssm/capture-memory.yaml' },
  captureMemoryWindows: { name: 'Cordon-CaptureMemoryWindows', file: 'ssm/capture-memory-windows.yaml' },
  collectVolatile: { name: 'Cordon-CollectVolatile', file: 'ssm/collect-volatile.yaml' },
  analyseDisk: { name: 'Cordon-AnalyseDisk', file: 'ssm/analyse-disk.yaml' },
  analyseMemory: { name: 'Cordon-AnalyseMemory', file: 'ssm/analyse-memory.yaml' },
} as const;

export type DocumentName = (typeof DOCUMENTS)[keyof typeof DOCUMENTS]['name'];
