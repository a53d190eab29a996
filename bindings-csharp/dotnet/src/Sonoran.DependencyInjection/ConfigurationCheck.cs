using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sonoran.DependencyInjection;

/// <summary>Finds what binding takes without a word: names that are nearly an option's, and bare numbers as days.</summary>
internal sealed class ConfigurationCheck(string name, IConfiguration configuration) : IValidateOptions<SonoranClientOptions>
{
    // Binding looks at names whatever their case; those of .NET come first in this order, and are the ones to suggest.
    private static readonly Dictionary<string, Type> Options = typeof(SonoranClientOptions).GetProperties()
        .OrderBy(option => option.Name, StringComparer.Ordinal)
        .DistinctBy(option => option.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(option => option.Name, option => option.PropertyType, StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? asked, SonoranClientOptions options)
    {
        if (asked != name)
        {
            return ValidateOptionsResult.Skip;
        }

        var problems = configuration.GetChildren().Select(Problem).OfType<string>().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? Problem(IConfigurationSection entry) => Options.TryGetValue(entry.Key, out var type)
        ? type == typeof(TimeSpan?) ? TimeProblem(entry) : null
        : Nearest(entry.Key) is { } nearest ? $"{entry.Path} is no option of the Sonoran client: did you mean {nearest}?" : null;

    private static string? TimeProblem(IConfigurationSection entry)
    {
        if (!int.TryParse(entry.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return null;
        }

        var meant = TimeSpan.FromSeconds(Math.Abs((long)number));
        return $"{entry.Path} is \"{entry.Value}\", which .NET reads as days: write \"{meant:c}\" for seconds";
    }

    // What is far from any option may be of somebody else, who shares the section.
    private static string? Nearest(string key)
    {
        if (key.Equals("ServerId", StringComparison.OrdinalIgnoreCase))
        {
            return nameof(SonoranClientOptions.DefaultServerId);
        }

        // Such as Url and Key.
        if (key.Length > 2 && Options.Keys.FirstOrDefault(option => option.EndsWith(key, StringComparison.OrdinalIgnoreCase)) is { } longer)
        {
            return longer;
        }

        var (option, distance) = Options.Keys.Select(option => (option, Distance(key, option))).MinBy(each => each.Item2);
        return distance <= (option.Length > 5 ? 2 : 1) ? option : null;
    }

    /// <summary>How many letters differ, are missing or are too many.</summary>
    private static int Distance(string one, string other)
    {
        var above = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var (letter, row) in one.Select((letter, at) => (char.ToUpperInvariant(letter), at + 1)))
        {
            var here = new int[above.Length];
            here[0] = row;
            for (var at = 1; at < here.Length; at++)
            {
                var changed = above[at - 1] + (letter == char.ToUpperInvariant(other[at - 1]) ? 0 : 1);
                here[at] = Math.Min(changed, Math.Min(above[at], here[at - 1]) + 1);
            }

            above = here;
        }

        return above[^1];
    }
}
