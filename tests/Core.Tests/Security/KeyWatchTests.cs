using KenshinOtp.Data;
using KenshinOtp.Security;
using KenshinOtp.Support;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace KenshinOtp.Core.Tests.Security;

public sealed class KeyWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_watch_that_meets_something_nobody_thought_of_says_so_once_and_goes_on()
    {
        using var log = new CapturedLog();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var (dialect, keys) = (Substitute.For<SqlDialect>(), Substitute.For<IKeyRing>());
        var (looks, thrice) = (0, new TaskCompletionSource());
        dialect.Open(Arg.Any<CancellationToken>()).Returns<Task<System.Data.Common.DbConnection>>(_ =>
        {
            if (++looks == 3)
                thrice.SetResult();
            throw (looks % 2 == 0 ? new OperationCanceledException("Of something else.") : new InvalidOperationException("A bug."));
        });
        using var watch = new KeyWatch(new KeyCheck(new Database(dialect), new KeyRegister(new Sealer(keys)), keys), logs.CreateLogger<KeyWatch>());

        await watch.StartAsync(CancellationToken.None);
        await thrice.Task.WaitAsync(Patience);
        watch.ExecuteTask!.IsCompleted.ShouldBeFalse();
        await watch.StopAsync(CancellationToken.None);

        watch.ExecuteTask.IsFaulted.ShouldBeFalse();
        log.Lines.ShouldHaveSingleItem().ShouldContain("A bug.");
    }
}
