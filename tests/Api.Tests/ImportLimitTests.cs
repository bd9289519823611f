using System.Text;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>What a whole process does is measured while no other test runs in it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}

/// <summary>Imports of any length.</summary>
[Collection(AloneCollection.Name)]
public sealed class ImportLimitTests : CentreTest
{
    private const string Csv = "text/csv";

    [Theory]
    [InlineData(Csv, "")]
    [InlineData("application/pskc+xml", "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\"><Extensions>")]
    public async Task Two_hundred_megabytes_of_junk_are_refused_within_bounded_memory(string contentType, string beginning)
    {
        using var junk = new JunkContent(beginning, 200 * 1024 * 1024);
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var reply = await Bank.Import(junk, contentType, ("Idempotency-Key", "k-1"));

        (reply.Code, reply.Problem).ShouldBe((422, "import_unreadable"));
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(64 * 1024 * 1024);
        (await Bank.Get("tokens")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task More_than_the_bound_is_not_even_taken_in()
    {
        using var junk = new JunkContent("", 300L * 1024 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Centre.Url, "/api/v1/tokens/import")) { Content = junk };
        junk.Headers.ContentType = new(Csv);
        request.Headers.Authorization = new("Bearer", Bank.ApiKey);
        request.Headers.ExpectContinue = true;
        using var http = new HttpClient();

        var reply = await Reply.Of(http.SendAsync(request));

        (reply.Code, reply.Problem).ShouldBe((413, "payload_too_large"));
    }

    /// <summary>A body of any length that is nowhere in memory.</summary>
    private sealed class JunkContent(string beginning, long length) : HttpContent
    {
        private static readonly byte[] Piece = [.. Enumerable.Repeat((byte)'x', 1024 * 1024)];

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var first = Encoding.ASCII.GetBytes(beginning);
            await stream.WriteAsync(first);
            for (var left = length - first.Length; left > 0; left -= Piece.Length)
                await stream.WriteAsync(Piece.AsMemory(0, (int)Math.Min(left, Piece.Length)));
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
