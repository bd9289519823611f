namespace KenshinOtp.DemoBank.Startup;

/// <summary>Where the demo listens and keeps its data.</summary>
public sealed record DemoOptions(int ApiPort, int BankPort, string DataDirectory, bool Reset)
{
    public Uri ApiUrl { get; } = new($"http://localhost:{ApiPort}/");

    public Uri BankUrl { get; } = new($"http://localhost:{BankPort}/");
}
