using KenshinOtp.Audit;

namespace KenshinOtp.Core.Tests.Audit;

public sealed class AuditHeadTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-head-").FullName;

    [Fact]
    public async Task Where_what_comes_before_it_fails_the_earlier_end_stays_with_nothing_beside_it()
    {
        var head = new AuditHead(_directory);
        await head.Write(new(1, "first"), () => Task.CompletedTask);

        await Should.ThrowAsync<TimeoutException>(() => head.Write(new(2, "second"), () => throw new TimeoutException()));

        head.Read().ShouldBe(new ChainEnd(1, "first"));
        Directory.GetFiles(_directory).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_comes_before_it_finds_the_earlier_end()
    {
        var head = new AuditHead(_directory);
        ChainEnd? found = new(9, "none");

        await head.Write(new(1, "first"), () => Task.FromResult(found = head.Read()));

        (found, head.Read()).ShouldBe((null, new ChainEnd(1, "first")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"position\":1,")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"position\":0,\"mac\":null}")]
    public void A_damaged_file_is_named_with_what_to_do(string content)
    {
        var path = Path.Combine(_directory, "audit-head");
        File.WriteAllText(path, content);

        var fault = Should.Throw<AuditHeadException>(() => new AuditHead(_directory).Read());

        fault.Message.ShouldStartWith($"{path} is damaged");
        fault.Message.ShouldContain("put back the copy from the backup of the keys");
        fault.Message.ShouldContain("kenshin-otp audit verify");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
