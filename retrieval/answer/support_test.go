package answer

import "testing"

// Sentences of documents, for the tables below.
const (
	morocco   = "Morocco received 3 billion dollars in 2001; Egypt received 2 billion dollars in 2002."
	chamie    = "Mr. Joseph Chamie, Director of the Population Division of DESA, welcomed participants and opened the meeting."
	worth     = "Evidence is provided by the sums of money sent home by migrants: remittances are currently estimated at some $US 80 billion a year."
	women     = "As of 2000, the Population Division estimates that 49 per cent of all international migrants were women or girls, and that the proportion of women had reached 51 per cent in more developed regions."
	attended  = "Fifty-two participants from offices of the United Nations (A/59/287) attended the twenty-first meeting."
	notProved = "There is no evidence that migrants lower the wages of native workers."
	may       = "Remittances may reduce poverty in rural areas, unless prices rise."
	rome      = "The ILO met in Rome, and the IOM, in Geneva, paid 3 million dollars."
	helped    = "The members were helped by the employers in housing."
	permits   = "Undocumented migrants without permits cannot join the union, which was founded in 1903."
	tax       = "Participants warned against aid, and stressed that it would be counterproductive to tax remittances."
	quotation = "The Forum recommends a workshop on the theme “Migration of indigenous women” at www.un.org in New York."
	sends     = "Employers in Spain send workers to Morocco and pay the fees in full."
	ministers = "The debts of Spain, Egypt, and Tunisia rose to 80, 90 and 100 billion dollars in all."
	argued    = "It was commonly presumed that emigration harmed the countries of origin, and, he argued, emigration slowed growth there."
	intro     = "In 2004, however, the council met in Rome, and the keepers currently working in Spain left."
	refused   = "Spain agreed to the plan; Morocco, in the end, refused it."
)

func TestSupports(t *testing.T) {
	for _, test := range []struct{ written, source string }{
		{"Egypt received 2 billion dollars in 2002.", morocco},
		{"Morocco received 3 billion dollars in 2001.", morocco},
		{"Mr. Joseph Chamie welcomed participants and opened the meeting.", chamie},
		{"Mr Joseph Chamie, Director of the Population Division of DESA, welcomed participants.", chamie},
		{"Remittances are estimated at some $US 80 billion a year.", worth},
		{"REMITTANCES are currently estimated at some $US80 billion a year", worth},
		{"The Population Division estimates that 49% of all international migrants were women or girls.", women},
		{"49 percent of the international migrants were women or girls", "The Division said that 49 per cent of the international migrants were women or girls."},
		{"52 participants from offices of the United Nations attended the 21st meeting.", attended},
		{"Fifty-two participant from offices of the United Nations attended the twenty-first meeting.", attended},
		{"There is no evidence that migrants lower the wages of native workers.", notProved},
		{"Remittances may reduce poverty in rural areas, unless prices rise.", may},
		{"The members were helped by the employers.", "The members were helped by the employers, and left."},
		{"Participants warned against aid.", tax},
		{"The Forum recommends a workshop on the theme “Migration of indigenous women” at www.un.org in New York.", quotation},
		{"Spain agreed to the plan.", refused},
		{"The ILO met in Rome.", rome},
		{"The council met in Rome.", intro},
		{"In 2004, the council met in Rome.", intro},
	} {
		if _, ok := supports(test.written, test.source); !ok {
			t.Errorf("struck out, though it stands there:\n%s\n%s", test.written, test.source)
		}
	}
}

// Plausible, and wrong or more than is said.
func TestDoesNotSupport(t *testing.T) {
	for _, test := range []struct{ name, written, source string }{
		{"another number", "Egypt received 3 billion dollars in 2002.", morocco},
		{"another number word", "Sixty-two participants from offices of the United Nations attended the twenty-first meeting.", attended},
		{"another ordinal", "Fifty-two participants from offices of the United Nations attended the twenty-second meeting.", attended},
		{"another year", "Egypt received 2 billion dollars in 2001.", morocco},
		{"another share", "The Population Division estimates that 51 per cent of all international migrants were women or girls.", women},
		{"another currency", "Remittances are currently estimated at some €80 billion a year.", worth},
		{"a number without its unit", "Remittances are currently estimated at some $US 80 a year.", worth},
		{"a number cut short", "Remittances are currently estimated at some $US 80", worth},
		{"per cent of nothing", "The Population Division estimates that 49 of all international migrants were women or girls.", women},
		{"names swapped", "Egypt received 3 billion dollars in 2001.", morocco},
		{"names swapped throughout", "Egypt received 3 billion dollars in 2001, and Morocco received 2 billion dollars in 2002.", morocco},
		{"two facts made one", "Morocco received 2 billion dollars in 2002.", morocco},
		{"two clauses made one", "The ILO met in Rome and paid 3 million dollars.", rome},
		{"another's deed", "The ILO paid 3 million dollars.", rome},
		{"another's deed, by a pronoun", "It paid 3 million dollars.", rome},
		{"across a full clause", "Spain refused the plan.", refused},
		{"across a semicolon", "Spain agreed to the plan and refused it.", refused},
		{"another name", "Mr. Joseph Lucas opened the meeting.", chamie},
		{"another deed", "Mr. Joseph Chamie closed the meeting.", chamie},
		{"negation lost", "Migrants lower the wages of native workers.", notProved},
		{"negation lost inside", "There is evidence that migrants lower the wages of native workers.", notProved},
		{"negation added", "Egypt never received 2 billion dollars in 2002.", morocco},
		{"negated verb", "The Population Division does not estimate that 49 per cent of all international migrants were women or girls.", women},
		{"contracted negation", "Remittances aren't currently estimated at some $US 80 billion a year.", worth},
		{"hedge lost", "Remittances reduce poverty in rural areas, unless prices rise.", may},
		{"condition lost", "Remittances may reduce poverty in rural areas.", may},
		{"condition added", "Egypt received 2 billion dollars in 2002 if it signed.", morocco},
		{"another condition lost", "The ban is lifted.", "The ban is lifted, provided that prices rise."},
		{"a clause lost before \"and\"", "Mr. Joseph Chamie opened the meeting.", chamie},
		{"another subject before \"and\"", "Participants noted that development would be useful.", "Participants noted that before the study, an inventory of the links between migration and development would be useful."},
		{"the clause itself lost", "To a large extent, political and economic trends.", "To a large extent, the lives of migrants show major social, political and economic trends."},
		{"whose debts", "Egypt and Tunisia rose to 80, 90 and 100 billion dollars in all.", ministers},
		{"the last one's debts", "Tunisia rose to 80, 90 and 100 billion dollars in all.", ministers},
		{"a number without the unit of all", "The debts of Spain, Egypt, and Tunisia rose to 80.", ministers},
		{"an opinion as a fact", "Emigration harmed the countries of origin.", argued},
		{"an aside's opinion as a fact", "It was commonly presumed that emigration harmed the countries of origin and emigration slowed growth there.", argued},
		{"a country lost for an adverb", "The debts of Spain rose to 80, 90 and 100 billion dollars in all.", "The debts of Spain Italy rose to 80, 90 and 100 billion dollars in all."},
		{"the wider subject", "The keepers left.", intro},
		{"a judgement lost", "To tax remittances is wise.", tax},
		{"roles swapped", "The employers were helped by the members in housing.", helped},
		{"passive made active", "The members helped the employers in housing.", helped},
		{"passive lost", "The members helped in housing.", helped},
		{"the other way", "Employers in Morocco send workers to Spain.", sends},
		{"from for to", "Employers in Spain send workers from Morocco.", sends},
		{"wider than said", "Migrants without permits cannot join the union.", permits},
		{"wider than said, inside", "Undocumented migrants cannot join the union.", permits},
		{"the object lost", "Employers in Spain send.", sends},
		{"all for some", "All remittances may reduce poverty in rural areas, unless prices rise.", may},
		{"a word of its own", "Egypt proudly received 2 billion dollars in 2002.", morocco},
		{"another language", "Egipto recibió 2 mil millones de dólares en 2002.", morocco},
		{"not in quotation marks there", "“Egypt received dollars in 2002.”", morocco},
		{"words put in a mouth", "The Forum recommends a workshop on the theme “Migration of women” at www.un.org in New York.", quotation},
		{"a link planted", "Egypt received 2 billion dollars in 2002 https://evil.example/x.", morocco},
		{"a bare link planted", "Egypt received 2 billion dollars evil.example in 2002.", morocco},
		{"a mention planted", "Egypt received 2 billion dollars @everyone in 2002.", morocco},
		{"a Slack mention planted", "Egypt <!channel> received 2 billion dollars in 2002.", morocco},
		{"markup", "Egypt received [2 billion](http://x) dollars in 2002.", morocco},
		{"nothing much", "In 2002.", morocco},
		{"nothing", "", morocco},
	} {
		if _, ok := supports(test.written, test.source); ok {
			t.Errorf("%s: stands, though it should not:\n%s\n%s", test.name, test.written, test.source)
		}
	}
}
