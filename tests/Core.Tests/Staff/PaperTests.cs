using KenshinOtp.Results;
using KenshinOtp.Staff;

namespace KenshinOtp.Core.Tests.Staff;

public sealed class PaperTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("駅で落とした")]
    [InlineData("lost; drafted by 岸本 正")]
    [InlineData("drafted by 岸本 正")]
    [InlineData("\"")]
    [InlineData("\"a\"; drafted by b")]
    [InlineData("a;")]
    public void What_the_audit_trail_says_of_a_paper_is_read_as_it_was_meant(string? note)
    {
        var paper = new Paper("A-1", PaperReason.Lost, note);

        Paper.OfDetail(paper.Detail, out var nobody).ShouldBe(paper);
        nobody.ShouldBeNull();
        Paper.OfDetail(paper.DetailBy("湖野 みどり"), out var drafter).ShouldBe(paper);
        drafter.ShouldBe("湖野 みどり");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("contract cancelled")]
    [InlineData("form A-1")]
    [InlineData("form A-1; no reason")]
    public void And_nothing_else_is_taken_for_one(string? detail) => Paper.OfDetail(detail, out _).ShouldBeNull();

    [Theory]
    [InlineData("Ａ－2026－014")]
    [InlineData("Aー2026ー014")]
    [InlineData("Aｰ2026―014")]
    [InlineData("A–2026—014")]
    [InlineData("A−2026‐014")]
    public void A_hyphen_of_a_form_number_may_be_any_that_a_Japanese_keyboard_gives(string typed) =>
        Paper.Read(typed, "lost", note: null, new FieldErrors())!.FormNumber.ShouldBe("A-2026-014");

    [Theory]
    [InlineData("カード1")]
    [InlineData("Aー")]
    [InlineData("ー1")]
    [InlineData("A_1")]
    public void And_nothing_else_becomes_one(string typed) => Paper.Read(typed, "lost", note: null, new FieldErrors()).ShouldBeNull();
}
