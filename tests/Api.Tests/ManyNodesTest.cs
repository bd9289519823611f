using KenshinOtp.Api.Tests.Staff;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>Two nodes on one database are one centre: whatever arrives at both at once comes out as if it had come one after the other.</summary>
public abstract class ManyNodesTest : StaffTest
{
    /// <summary>The node beside <see cref="StaffTest.Centre"/>.</summary>
    protected Centre Other { get; private set; } = null!;

    /// <summary>The bank as it calls the other node.</summary>
    protected Bank There { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Other = await Centre.Beside();
        There = new Bank(Other, Bank.Code, Bank.ApiKey);
    }

    public override async Task DisposeAsync()
    {
        await Other.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>One node for even numbers, the other for odd ones.</summary>
    protected Centre Node(int i) => i % 2 == 0 ? Centre : Other;

    /// <summary>So many calls at the same time, every second one to the other node.</summary>
    protected Task<Reply[]> AtOnce(int calls, Func<Bank, int, Task<Reply>> call) =>
        Task.WhenAll(Enumerable.Range(0, calls).Select(i => Task.Run(() => call(i % 2 == 0 ? Bank : There, i))));
}
