using System.Globalization;
using KenshinOtp.Data;
using KenshinOtp.Otp;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>
/// The subjects of the latest verifications, each as far as its next acceptance needs it: some 400 bytes. What they say may be out of date: an acceptance has it
/// confirmed by its own guarded statement, anything else is judged by what the database says.
/// </summary>
/// <param name="capacity">How many are remembered at least; at most twice as many.</param>
internal sealed class RememberedSubjects(int capacity)
{
    private Dictionary<SubjectKey, Memory> _young = [], _old = [];

    public VerifiableSubject? Find(SubjectKey key) =>
        _young.TryGetValue(key, out var memory) || _old.TryGetValue(key, out memory) ? memory.Recall(key) : null;

    /// <summary>Remembers a subject whose password was accepted; of two generations the older one is forgotten as a whole.</summary>
    /// <param name="key">Whom.</param>
    /// <param name="subject">As the database had it: with a token in use of which no renewed secret waits.</param>
    /// <param name="secret">The token's secret.</param>
    /// <param name="step">The step whose password was accepted.</param>
    /// <param name="drift">The drift of the token's clock since.</param>
    public void Keep(SubjectKey key, VerifiableSubject subject, TokenSecret secret, long step, int drift) =>
        Keep(key, new(subject, subject.Token!, secret) { Step = step, Drift = drift });

    /// <summary>Another password of a subject was accepted by what was remembered of it.</summary>
    public void Advance(SubjectKey key, long step, int drift)
    {
        if (!_young.TryGetValue(key, out var memory))
        {
            if (!_old.TryGetValue(key, out memory))
                return;
            Keep(key, memory);
        }

        (memory.Step, memory.Drift) = (step, drift);
    }

    public void Forget(SubjectKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }

    private void Keep(SubjectKey key, Memory memory)
    {
        if (_young.Count >= capacity && !_young.ContainsKey(key))
            (_old, _young) = (_young, []);
        _young[key] = memory;
    }

    /// <summary>Ids are numbers here, which takes a fifth of their text's place: of a million tokens each byte is a megabyte.</summary>
    private sealed class Memory(VerifiableSubject subject, Token token, TokenSecret secret)
    {
        private readonly UInt128 _user = Number(subject.UserRowId!), _token = Number(token.Id);
        private readonly SerialNumber _serial = token.Serial;
        private readonly TokenKind _kind = token.Kind;
        private readonly OtpAlgorithm _algorithm = token.Algorithm;
        private readonly int _digits = token.Digits, _period = token.Period;
        private readonly long _version = token.Version;
        private readonly long? _expiresAt = token.ExpiresAt.ToRow();
        private readonly bool _otpAtLogin = subject.OtpAtLogin;

        public required long Step { get; set; }

        public required int Drift { get; set; }

        public VerifiableSubject Recall(SubjectKey key) => new()
        {
            IsCancelled = false,
            UserRowId = Text(_user),
            OtpAtLogin = _otpAtLogin,
            Secret = secret,
            Token = new()
            {
                Id = Text(_token),
                InstitutionId = key.InstitutionId,
                Kind = _kind,
                Serial = _serial,
                Status = TokenStatus.InUse,
                Algorithm = _algorithm,
                Digits = _digits,
                Period = _period,
                Version = _version,
                ExpiresAt = Instants.FromRow(_expiresAt),
                LastStep = Step,
                Drift = Drift,
            },
        };

        private static UInt128 Number(string id) => UInt128.Parse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

        private static string Text(UInt128 id) => id.ToString("x32", CultureInfo.InvariantCulture);
    }
}
