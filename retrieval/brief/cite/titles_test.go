package cite

import "testing"

// The published titles and their short forms stand in The Chicago Manual of Style,
// 17th ed., 14.30, and, from there, in the examples of biblatex-chicago (Phibbs,
// Batson, Cotton Manufacturer); "Bright Earth" in Turabian, 7th ed., 16.4.1.
func TestShort(t *testing.T) {
	for title, want := range map[string]string{
		"Poverty and Inequality in Latin America: The Impact of Adjustment and Recovery": "Poverty and Inequality",
		"Nationals and Nationalism: Adultery in the House of David":                      "Nationals and Nationalism",
		"The Literature of Harlem":                     "Literature of Harlem",
		"Herrlisheim: Diary of a Battle":               "Herrlisheim",
		"How Social Is the Animal?":                    "How Social Is the Animal?",
		"Bright Earth: Art and the Invention of Color": "Bright Earth",
		"An Inquiry into the Causes of the Present Long-Continued Depression in the Cotton Trade, with Suggestions for Its Improvement": "Inquiry into the Causes",

		"Third Coordination Meeting on International Migration": "Third Coordination Meeting",
		"Social Dimensions of International Migration":          "Social Dimensions of International Migration",
		"Key issues for the high-level dialogue":                "Key issues for the high-level dialogue",
		"One Two Three Four Five Six":                           "One Two Three Four",
		"国际移徙":                                                  "国际移徙",
		"A":                                                     "A",
		"":                                                      "",
	} {
		if got := short(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}
