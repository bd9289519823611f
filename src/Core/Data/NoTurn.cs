namespace KenshinOtp.Data;

/// <summary>The turn of a writer where the engine locks rows: everybody may write.</summary>
internal sealed class NoTurn : IDisposable
{
    public static NoTurn Instance { get; } = new();

    public void Dispose()
    {
    }
}
