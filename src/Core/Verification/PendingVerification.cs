using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Results;

namespace KenshinOtp.Verification;

/// <summary>A verification on its way through a group commit.</summary>
internal sealed class PendingVerification(VerifyOtp request, IWitness witness, DateTimeOffset now, long arrivedAt, CancellationToken gone)
{
    private readonly TaskCompletionSource<Result<VerificationResult>?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public VerifyOtp Request => request;

    public IWitness Witness => witness;

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset Now => now;

    /// <summary>When it came, as a timestamp: to measure by.</summary>
    public long ArrivedAt => arrivedAt;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsAbandoned => gone.IsCancellationRequested;

    public SubjectKey Key { get; } = new(request.Caller.Institution.Id, request.ServiceId.Value, request.UserId.Value);

    /// <summary>The result, once it is durable; null if the caller is no longer what the request says.</summary>
    public Task<Result<VerificationResult>?> Answer => _answer.Task;

    /// <summary>Whom it is about; null until that was looked up.</summary>
    public VerifiableSubject? Subject { get; private set; }

    /// <summary>Whether <see cref="Subject"/> was read in the transaction at hand.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>How often its token changed while it was judged by what had just been read.</summary>
    public int Races { get; private set; }

    /// <summary>Whether an equal call was answered meanwhile, or stands in the same batch: that one's answer is this one's too.</summary>
    public bool IsOvertaken { get; private set; }

    public Verdict Verdict { get; private set; }

    /// <summary>What to answer once it is durable.</summary>
    public Result<VerificationResult>? Result { get; set; }

    public void TakeRemembered(VerifiableSubject? subject) => (Subject, IsFresh, Result, Races, IsOvertaken) = (subject, false, null, 0, false);

    public void TakeFresh(VerifiableSubject? subject) => (Subject, IsFresh) = (subject, true);

    public void Overtake() => IsOvertaken = true;

    /// <summary>What was known is not so, or is not known well enough: it must be looked up again.</summary>
    public void LookAgain() => (Subject, IsFresh) = (null, false);

    /// <summary>Somebody else's change came first.</summary>
    public void LoseRace()
    {
        if (IsFresh)
            Races++;
        LookAgain();
    }

    public void Judge(PasswordCheck passwords) => Verdict = Subject switch
    {
        null or { UserRowId: null } or { IsCancelled: true } => default, // see Obstacle: nothing is judged
        _ when !request.Caller.Policy.AsksFor(request.Transaction, Subject.OtpAtLogin) => new(VerificationReason.OtpNotRequired), // a fake site asked for it: do not use it up
        { Token: null } => new(VerificationReason.NoToken),
        { Token: { } token } => passwords.Judge(token, request.Otp, request.Caller.Policy, now, Subject.Secret),
    };

    /// <summary>What stands against the request itself: no such contract, no such user.</summary>
    public Problem? Obstacle => Subject switch
    {
        null or { IsCancelled: true } => Subjects.NoContract,
        { UserRowId: null } => Subjects.NoUser,
        _ => null,
    };

    public void Finish() => _answer.TrySetResult(Result);

    /// <summary>Nothing was judged for it: the caller is no longer what the request says, or was answered already. It may come back, and finds that out.</summary>
    public void SendBack()
    {
        if (IsOvertaken)
            _answer.TrySetException(new LostRaceException("An equal call came first."));
        else
            _answer.TrySetResult(null);
    }

    public void Abandon() => _answer.TrySetCanceled(gone);

    public void Break(Exception fault) => _answer.TrySetException(fault);
}
