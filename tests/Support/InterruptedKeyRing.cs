using KenshinOtp.Security;

namespace KenshinOtp.Support;

/// <summary>A key ring during whose first real work something else happens, once: what another process may do between two steps of this one.</summary>
/// <param name="keys">The key ring itself.</param>
/// <param name="meanwhile">What happens after a key was made, or before one is derived.</param>
/// <param name="beforeMaking">Whether it happens before a key is made instead of after.</param>
public sealed class InterruptedKeyRing(IKeyRing keys, Func<Task> meanwhile, bool beforeMaking = false) : IKeyRing
{
    private Func<Task>? _meanwhile = meanwhile;

    public string CurrentId => keys.CurrentId;

    public IReadOnlyList<string> Ids => keys.Ids;

    public byte[] Derive(string keyId, string purpose)
    {
        Interrupt();
        return keys.Derive(keyId, purpose);
    }

    public void Use(string keyId) => keys.Use(keyId);

    public string Add(string newest)
    {
        if (beforeMaking)
            Interrupt();
        var keyId = keys.Add(newest);
        Interrupt();
        return keyId;
    }

    private void Interrupt()
    {
        if (Interlocked.Exchange(ref _meanwhile, null) is { } work)
            Task.Run(work).GetAwaiter().GetResult();
    }
}
