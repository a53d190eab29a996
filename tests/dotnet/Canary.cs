using System.Reflection;
using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Looks for keys in everything that a program could print.</summary>
internal static class Canary
{
    public static void Check(IReadOnlyCollection<string> keys, params object?[] shown)
    {
        var text = string.Join('\n', shown.SelectMany(Forms));
        Assert.All(keys, key => Assert.DoesNotContain(key, text));
    }

    private static IEnumerable<string?> Forms(object? shown) => shown switch
    {
        null => [],
        // With those inside, and where they were thrown; what goes with it can be anything.
        Exception exception => [exception.ToString(), .. exception.Data.Values.Cast<object?>().SelectMany(Forms), .. Members(exception)],
        string text => [text],
        _ => [shown.ToString(), JsonSerializer.Serialize(shown, shown.GetType()), .. Members(shown)],
    };

    private static IEnumerable<string?> Members(object shown) =>
        shown.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0).Select(property => Member(property, shown));

    private static string? Member(PropertyInfo property, object shown)
    {
        try
        {
            return property.GetValue(shown)?.ToString();
        }
        catch (TargetInvocationException exception)
        {
            // Such as data that do not fit their type, which are there as JSON.
            return exception.ToString();
        }
    }
}
