import { Choice, Condition, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { connect, type Functions, gate, inOrder, type Piece, sideBySide, step } from './fragments';
import { analyse, collect, contain, offer, recordEstate, sealAndReport, type WorkflowSettings } from './phases';

/**
 * The first hours of a compromise, in the order of runbooks/incident-response.md:
 * look, contain, then forensics beside the two offers (subnet, sessions), then ask to stop, clean up, close.
 * A run that is aborted or breaks in an unforeseen way still cleans up and closes its books; isolation stays.
 */
export function incidentWorkflow(scope: Construct, fns: Functions, settings: WorkflowSettings): State {
  const cleanUp = step(scope, fns, 'Clean up', { handler: 'clean-up' });
  const close = step(scope, fns, 'Close', { handler: 'close-incident' });
  connect(inOrder(cleanUp, close), new Succeed(scope, 'The run has ended'));

  const stop = step(scope, fns, 'Stop', { handler: 'stop-instance', onAbort: cleanUp.start });
  connect(stop, cleanUp.start);
  const askToStop = gate(scope, fns, 'stop', { go: stop.start, skip: cleanUp.start, abort: cleanUp.start });

  const offers = [
    offer(scope, fns, 'nacl', step(scope, fns, 'Cut the subnet', { handler: 'cut-subnet' })),
    offer(scope, fns, 'revoke', step(scope, fns, 'Revoke the sessions', { handler: 'revoke-sessions' })),
  ];
  const work = sideBySide(
    scope,
    'Work: forensics beside the offers',
    [forensics(scope, fns, settings), ...offers],
    cleanUp.start,
  );
  connect(work, askToStop);

  const cut = contain(scope, fns, cleanUp.start);
  connect(cut, work.start);
  const askToContain = gate(scope, fns, 'contain', { go: cut.start, skip: cleanUp.start, abort: cleanUp.start });
  const look = recordEstate(scope, fns, cleanUp.start);
  connect(look, askToContain);
  return look.start;
}

/** Collect and Analyse behind their gates, then Seal and Report whatever there is. */
function forensics(scope: Construct, fns: Functions, settings: WorkflowSettings): Piece {
  const report = sealAndReport(scope, fns);
  const examine = analyse(scope, fns, settings);
  connect(examine, report.start);
  const askToAnalyse = gate(scope, fns, 'analyse', { go: examine.start, skip: report.start });
  const gather = collect(scope, fns, settings);
  connect(gather, askToAnalyse);
  return { start: gate(scope, fns, 'collect', { go: gather.start, skip: askToAnalyse }), ends: report.ends };
}

/**
 * After the run: restore what can be restored, or only close; both end with the sealed books. What a run that died left
 * behind goes first.
 */
export function releaseWorkflow(scope: Construct, fns: Functions): State {
  const release = step(scope, fns, 'Release the instance', { handler: 'release-instance' });
  const seal = step(scope, fns, 'Seal the release', { handler: 'close-incident' });
  connect(seal, new Succeed(scope, 'The books are closed'));
  connect(release, seal.start);
  const end = new Choice(scope, 'Release: which end?')
    .when(Condition.stringEquals('$.purpose', 'release'), release.start)
    .otherwise(seal.start);
  const cleanUp = step(scope, fns, 'Clean up', { handler: 'clean-up' });
  connect(cleanUp, end);
  // A start from before this member was there has none.
  return new Choice(scope, 'Release: clean up first?')
    .when(
      Condition.and(Condition.isPresent('$.leftovers'), Condition.stringEquals('$.leftovers', 'yes')),
      cleanUp.start,
    )
    .otherwise(end);
}
