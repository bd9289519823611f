using KenshinOtp.Support;
using KenshinOtp.Support.Mail;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>A test on a centre of its own, with one けんしん bank, whose mail goes to a real Postfix.</summary>
public abstract class PostfixTest : IAsyncLifetime
{
    /// <summary>How long a mail may take on its way.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected PostfixServer Postfix { get; private set; } = null!;

    protected Centre Centre { get; private set; } = null!;

    protected Bank Bank { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Postfix = await PostfixServer.Start(CancellationToken.None);
        Centre = await Centre.Start(("Mail:Transport", "smtp"), ("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", $"{Postfix.Port}"));
        Bank = await Centre.Bank();
    }

    public async Task DisposeAsync()
    {
        await Centre.DisposeAsync();
        await Postfix.DisposeAsync();
    }
}
